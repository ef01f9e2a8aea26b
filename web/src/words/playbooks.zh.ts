/** The words of playbooks and their runs in Chinese. */

export const playbooksZh = {};
