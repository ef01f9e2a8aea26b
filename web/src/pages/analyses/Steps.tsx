/** The steps of the builder: their events, filters, order, and whether one may be left out. Moved by buttons or dragged. */

import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, FilterOutlined, HolderOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { useFormat } from "@/kit/use";
import { asEvents, type Definition, eventsOf, moved, STEPS_MOST, type Step, without } from "./definition";
import { useNames } from "./names";
import { TestsEditor } from "./TestsEditor";

type PickProps = { part: { event: string | string[] }; known: Known; label: string; change: (event: string | string[]) => void };

/** Choose the events of a step; any of several will do. */
export function EventPicker({ part, known, label, change }: PickProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { event } = useNames();
  const chosen = eventsOf(part);
  const stored = new Set(known.events.map((one) => one.name));
  const options = [
    ...known.events.map((one) => ({
      value: one.name,
      label: event(one.name),
      count: t("funnel.seen", { count: format.brief(one.volume, "count") as unknown as number }),
    })),
    ...chosen.filter((name) => !stored.has(name)).map((name) => ({ value: name, label: name, count: t("funnel.neverSeen") })),
  ];
  return (
    <Select
      mode="multiple"
      size="small"
      className="funnel-events"
      aria-label={label}
      placeholder={t("funnel.chooseEvent")}
      popupMatchSelectWidth={320}
      maxTagCount={2}
      value={chosen}
      options={options}
      filterOption={(text, option) => `${option?.label} ${option?.value}`.toLowerCase().includes(text.toLowerCase())}
      optionRender={(option) => (
        <span className="funnel-option">
          <span>{option.label}</span>
          <span className="mono muted">{String(option.value)}</span>
          <span className="num muted">{(option.data as { count: string }).count}</span>
        </span>
      )}
      onChange={(names: string[]) => change(asEvents(names))}
    />
  );
}

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
              title={t("funnel.addTest")}
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
