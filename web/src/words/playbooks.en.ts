/** The words of playbooks and their runs in English. */

export const playbooksEn = {};
