/** Running a recipe: its steps are asked one after the other, the next when the one before has come back, until all have or somebody stops. */

import { useQueries, useQueryClient } from "@tanstack/react-query";
import { type Headline, headlineOptions, type ReadyStep } from "@/api/recipes";

export type StepState = "idle" | "waiting" | "running" | "done" | "failed";
export type StepRun = { state: StepState; headline: Headline | null; error: string | null; fix: string | null };
export type Run = { steps: StepRun[]; done: number; failed: number; over: boolean; cancel: () => void; again: () => void };

const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The state of each step; nothing is asked while `on` is false, and what was answered before stays. */
export function useRun(steps: ReadyStep[], on: boolean): Run {
  const client = useQueryClient();
  const settled = (step: ReadyStep) => {
    if (!step.kind || !step.definition) return true;
    const state = client.getQueryState(headlineOptions(step.kind, step.definition).queryKey);
    return state?.status === "success" || (state?.status === "error" && state.fetchStatus === "idle");
  };
  const found = steps.findIndex((step) => !settled(step));
  const at = found === -1 ? steps.length : found;
  const queries = useQueries({
    queries: steps.map((step, index) => ({
      ...headlineOptions(step.kind ?? "", step.definition ?? {}),
      enabled: on && index === at && Boolean(step.kind && step.definition),
    })),
  });
  const told = steps.map((step, index): StepRun => {
    const query = queries[index];
    if (step.error) return { state: on || index < at ? "failed" : "idle", headline: null, error: step.error.message, fix: step.error.fix };
    if (query?.data) return { state: "done", headline: query.data, error: null, fix: null };
    if (query?.error && query.fetchStatus === "idle") return { state: "failed", headline: null, error: message(query.error), fix: null };
    if (!on) return { state: "idle", headline: null, error: null, fix: null };
    return { state: index === at ? "running" : "waiting", headline: null, error: null, fix: null };
  });
  return {
    steps: told,
    done: told.filter((one) => one.state === "done").length,
    failed: told.filter((one) => one.state === "failed").length,
    over: at === steps.length,
    cancel: () => void client.cancelQueries({ queryKey: ["analyses", "headline"] }),
    again: () => {
      for (const step of steps)
        if (step.kind && step.definition) client.removeQueries({ queryKey: headlineOptions(step.kind, step.definition).queryKey });
    },
  };
}
