/** The addresses of Watch: alerts, monitors, incidents, known events, playbooks. */

export const watchPages = [] as const;
