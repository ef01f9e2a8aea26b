/** Passwords that are easy to hand over: groups of letters without look-alikes, from the browser's own random source. */

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const SIZE = 5;

/** Make one up: four groups of five signs, about 99 bits. */
export function passphrase(): string {
  const groups: string[] = [];
  const limit = 256 - (256 % LETTERS.length);
  while (groups.length < GROUPS) {
    let group = "";
    while (group.length < SIZE) {
      const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
      // A byte beyond the last whole round would make the first letters likelier.
      if (byte < limit) group += LETTERS[byte % LETTERS.length];
    }
    groups.push(group);
  }
  return groups.join("-");
}
