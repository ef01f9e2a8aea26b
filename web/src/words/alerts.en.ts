/** The words of alerts and root causes in English. */

export const alertsEn = {};
