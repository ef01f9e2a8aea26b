/** The words of incidents, problems, changes, tasks and the rota in Chinese. */

export const incidentsZh = {};
