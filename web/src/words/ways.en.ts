/** The words of ways out and what was sent in English. */

export const waysEn = {};
