/** What events and steps are called, in the language in use. */

import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { knownOptions } from "@/api/analyses";
import { useFormat } from "@/kit/use";
import type { Definition, Step } from "./definition";
import { ANY, eventsOf } from "./given";

/** Give the names of events and fields; one that is not known is called as it is written. */
export function useNames() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(knownOptions());
  const event = useCallback(
    (name: string) => (name === ANY ? t("analysis.anyEvent") : format.say(data?.events.find((one) => one.name === name)?.title) || name),
    [data, format, t],
  );
  const field = useCallback(
    (name: string) => {
      const known = [...(data?.fields ?? []), ...(data?.line_fields ?? [])];
      return format.say(known.find((one) => one.name === name)?.title) || name;
    },
    [data, format],
  );
  return { event, field, known: data };
}

/** The name of a step: its own, else those of its events. */
export function stepName(step: Step | undefined, event: (name: string) => string): string {
  if (!step) return "";
  return step.name ?? eventsOf(step).map(event).join(" / ");
}

/** The names of all steps; where two are called the same, their numbers tell them apart. */
export function stepNames(definition: Definition, event: (name: string) => string): string[] {
  const plain = definition.steps.map((step) => stepName(step, event));
  return plain.map((name, index) => (plain.indexOf(name) === plain.lastIndexOf(name) ? name : `${name} (${index + 1})`));
}
