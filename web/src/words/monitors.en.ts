/** The words of monitors in English. */

export const monitorsEn = {};
