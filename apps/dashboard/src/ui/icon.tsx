const paths = {
  jobs: 'M4 6h10M4 12h7M4 18h5M15 13v8l6-4z',
  runs: 'M4 4v16h16M7 15c3 0 3-8 6-8s2 5 7 5',
  datasets: 'M4 6c0-4 16-4 16 0s-16 4-16 0v12c0 4 16 4 16 0V6M4 12c0 4 16 4 16 0',
  ecg: 'M2 13h5l2-3 2 3h1l2-9 3 16 2-7h3',
  system: 'M7 7h10v10H7zM10 2v5M14 2v5M10 17v5M14 17v5M2 10h5M2 14h5M17 10h5M17 14h5',
} as const;

/** A line drawing of a page; its meaning is in the text beside it. */
export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      stroke-linejoin="round"
      stroke-linecap="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** The platform's sign. */
export function Logo() {
  return (
    <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0e5a6e" />
      <path
        d="M4 17h6l2-3 2 3h1.5L18 6l3 20 2-9h5"
        fill="none"
        stroke="#fff"
        stroke-width="2.1"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  );
}
