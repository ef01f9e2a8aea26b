/** Made-up answers for the data pages, by method and path; the tests and the mock server give them. */

export const dataAnswers: Record<string, unknown> = {};
