/** The steps of the builder: their events, filters, order, how soon each must follow, and whether one may be left out. Moved by buttons or dragged. */

import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  CloseOutlined,
  FieldTimeOutlined,
  FilterOutlined,
  HolderOutlined,
  PlusOutlined,
} from "@ant-design/icons";
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { EventPicker } from "./Asked";
import { type Definition, STEPS_MOST, type Step, shifted, without, withSteps } from "./definition";
import { patched } from "./given";
import { LengthOf } from "./LengthOf";
import { TestsEditor } from "./TestsEditor";

type Props = { definition: Definition; known: Known; change: (definition: Definition) => void };

/** Edit the steps. */
export function Steps({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const [dragged, drag] = useState<number | null>(null);
  const { steps } = definition;
  const places = steps.map((_, at) => at);
  const put = (next: Step[]) => change(withSteps(definition, next, places));
  const set = (index: number, step: Step) => put(steps.map((one, at) => (at === index ? step : one)));
  const drop = (to: number) => {
    if (dragged === null || dragged === to) return;
    drag(null);
    change(shifted(definition, dragged, to));
  };
  return (
    <ol className="funnel-steps" aria-label={t("funnel.steps")}>
      {steps.map((step, index) => (
        <li key={index} className={dragged === index ? "is-dragged" : ""} onDragOver={(event) => event.preventDefault()} onDrop={() => drop(index)}>
          <span className="funnel-grip" draggable onDragStart={() => drag(index)} onDragEnd={() => drag(null)} aria-hidden="true">
            <HolderOutlined />
            <span className="num">{index + 1}</span>
          </span>
          <div className="funnel-step">
            <EventPicker
              part={step}
              known={known}
              label={t("funnel.stepEvents", { n: index + 1 })}
              change={(event) => set(index, { ...step, event })}
            />
            {step.where?.length ? (
              <TestsEditor
                tests={step.where}
                known={known}
                change={(where) => {
                  const { where: _, ...bare } = step;
                  set(index, where ? { ...bare, where } : bare);
                }}
              />
            ) : null}
            {step.within === undefined ? null : (
              <span className="analysis-test">
                <LengthOf
                  small
                  text={step.within}
                  label={t("funnel.stepWithin", { n: index + 1 })}
                  shown={t("funnel.within")}
                  change={(within) => set(index, { ...step, within })}
                />
                <Button
                  size="small"
                  type="text"
                  icon={<CloseOutlined />}
                  aria-label={t("funnel.dropWithin", { n: index + 1 })}
                  onClick={() => set(index, patched(step, { within: undefined }))}
                />
              </span>
            )}
          </div>
          <span className="funnel-tools">
            {index && definition.order !== "unordered" ? (
              <Checkbox
                aria-label={t("funnel.stepOptional", { n: index + 1 })}
                checked={step.optional ?? false}
                onChange={(event) => {
                  const { optional: _, ...bare } = step;
                  set(index, event.target.checked ? { ...bare, optional: true } : bare);
                }}
              >
                {t("funnel.optional")}
              </Checkbox>
            ) : null}
            {index && definition.order !== "unordered" && step.within === undefined ? (
              <Button
                size="small"
                type="text"
                icon={<FieldTimeOutlined />}
                aria-label={t("funnel.addWithin", { n: index + 1 })}
                title={t("funnel.limit")}
                onClick={() => set(index, { ...step, within: definition.each_within ?? "1 hours" })}
              />
            ) : null}
            <Button
              size="small"
              type="text"
              icon={<FilterOutlined />}
              aria-label={t("funnel.stepAddTest", { n: index + 1 })}
              title={t("analysis.addTest")}
              onClick={() => set(index, { ...step, where: [...(step.where ?? []), { field: "", op: "=", value: "" }] })}
            />
            <Button
              size="small"
              type="text"
              icon={<ArrowUpOutlined />}
              disabled={index === 0}
              aria-label={t("funnel.up", { n: index + 1 })}
              onClick={() => change(shifted(definition, index, index - 1))}
            />
            <Button
              size="small"
              type="text"
              icon={<ArrowDownOutlined />}
              disabled={index === steps.length - 1}
              aria-label={t("funnel.down", { n: index + 1 })}
              onClick={() => change(shifted(definition, index, index + 1))}
            />
            <Button
              size="small"
              type="text"
              icon={<CloseOutlined />}
              disabled={steps.length <= 2}
              aria-label={t("funnel.remove", { n: index + 1 })}
              onClick={() => change(without(definition, index))}
            />
          </span>
        </li>
      ))}
      {steps.length < STEPS_MOST ? (
        <li className="funnel-add">
          <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />} onClick={() => put([...steps, { event: "" }])}>
            {t("funnel.add")}
          </Button>
        </li>
      ) : null}
    </ol>
  );
}
