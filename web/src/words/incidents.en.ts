/** The words of incidents, problems, changes, tasks and the rota in English. */

export const incidentsEn = {};
