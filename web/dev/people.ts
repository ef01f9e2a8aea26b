/** Made-up answers for the pages of people, imports and administration, by method and path; the tests and the mock server give them. */

export const peopleAnswers: Record<string, unknown> = {};
