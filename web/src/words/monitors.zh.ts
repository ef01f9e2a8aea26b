/** The words of monitors in Chinese. */

export const monitorsZh = {};
