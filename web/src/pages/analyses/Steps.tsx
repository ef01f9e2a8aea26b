/** The steps of the builder: their events, filters, order, and whether one may be left out. Moved by buttons or dragged. */

import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, FilterOutlined, HolderOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { EventPicker } from "./Asked";
import { type Definition, moved, STEPS_MOST, type Step, without } from "./definition";
import { TestsEditor } from "./TestsEditor";

type Props = { definition: Definition; known: Known; change: (definition: Definition) => void };

/** Edit the steps. */
export function Steps({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const [dragged, drag] = useState<number | null>(null);
  const { steps } = definition;
  const set = (index: number, step: Step) => change({ ...definition, steps: steps.map((one, at) => (at === index ? step : one)) });
  const drop = (to: number) => {
    if (dragged === null || dragged === to) return;
    let next = steps;
    for (let at = dragged; at !== to; at += dragged < to ? 1 : -1) next = moved(next, at, dragged < to ? 1 : -1);
    drag(null);
    change({ ...definition, steps: next });
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
              onClick={() => change({ ...definition, steps: moved(steps, index, -1) })}
            />
            <Button
              size="small"
              type="text"
              icon={<ArrowDownOutlined />}
              disabled={index === steps.length - 1}
              aria-label={t("funnel.down", { n: index + 1 })}
              onClick={() => change({ ...definition, steps: moved(steps, index, 1) })}
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
          <Button
            size="small"
            type="dashed"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => change({ ...definition, steps: [...steps, { event: "" }] })}
          >
            {t("funnel.add")}
          </Button>
        </li>
      ) : null}
    </ol>
  );
}
