/** The words of alerts and root causes in Chinese. */

export const alertsZh = {};
