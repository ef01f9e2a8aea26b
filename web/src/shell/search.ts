/** Reading search parameters: only the known ones, only as text, never longer than a line. */

const LONGEST = 400;

/** Keep the named parameters that are non-empty text (numbers become text). */
export function text<K extends string>(search: Record<string, unknown>, names: readonly K[], longest = LONGEST): { [P in K]?: string } {
  const kept: { [P in K]?: string } = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "number" || typeof value === "boolean") kept[name] = String(value);
    else if (typeof value === "string" && value && value.length <= longest) kept[name] = value;
  }
  return kept;
}

/** Only paths of this page may be gone back to after sign-in. */
export function safeBack(back: string | undefined): string {
  return back && /^\/(?![/\\])/.test(back) ? back : "/";
}
