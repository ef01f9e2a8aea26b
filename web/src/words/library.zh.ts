/** The words of the event library and its calendar in Chinese. */

export const libraryZh = {};
