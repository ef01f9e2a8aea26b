/** The words of ways out and what was sent in Chinese. */

export const waysZh = {};
