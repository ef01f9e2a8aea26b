/** The mark: a pole and a striped windsock, flying. */

/** Draw the mark at a height of `size` pixels. */
export function Brand({ size = 24 }: { size?: number }) {
  return (
    <svg className="brand-mark" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M4 2.500v19" stroke="currentColor" strokeWidth="1.800" strokeLinecap="round" opacity="0.550" />
      <path d="M5.500 4l5.100.9v8.100l-5.100 1.200z" fill="#E8590C" />
      <path d="M11.600 5.100l4.500.8v6.000l-4.500 1z" fill="currentColor" />
      <path d="M17.100 6.100l4.400.8v4.000l-4.400 1z" fill="#E8590C" />
    </svg>
  );
}
