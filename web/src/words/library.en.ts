/** The words of the event library and its calendar in English. */

export const libraryEn = {};
