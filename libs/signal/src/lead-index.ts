import { SignalError } from './errors.js';
import { leadName } from './lead-names.js';

/**
 * Where a lead is in a list of names, by {@link leadName} and without regard to case; -1 when it isn't there.
 *
 * @throws {SignalError} `data` when two of the names are that lead
 */
export function leadIndex(leads: readonly string[], lead: string): number {
  const wanted = plain(lead);
  const found = leads.flatMap((name, i) => (plain(name) === wanted ? [i] : []));
  if (found.length < 2) return found[0] ?? -1;
  throw new SignalError(
    `Lead \`${lead}\``,
    'one lead of the signal',
    found.map((i) => leads[i]),
    { code: 'data', advice: 'Leave out or rename all but one.' },
  );
}

const plain = (lead: string): string => leadName(lead).toLowerCase();
