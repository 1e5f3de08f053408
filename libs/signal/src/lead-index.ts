/** Where a lead is in a list of names, without regard to case (`AVR` is `aVR`, `MLII` is not `II`); -1 when it isn't there. */
export function leadIndex(leads: readonly string[], lead: string): number {
  const wanted = plain(lead);
  return leads.findIndex((name) => plain(name) === wanted);
}

const plain = (lead: string): string => lead.trim().toLowerCase();
