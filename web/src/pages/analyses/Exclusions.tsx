/** What must not come between the steps of a funnel: which events, what each must pass, and between which steps. */

import { CloseOutlined, FilterOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { EventPicker } from "./Asked";
import { calledSteps, type Definition, EXCLUSIONS_MOST, type Exclusion, stretch, stretched } from "./definition";
import { patched } from "./given";
import { stepNames, useNames } from "./names";
import { TestsEditor } from "./TestsEditor";

type Props = { definition: Definition; known: Known; change: (definition: Definition) => void };

/** Edit the exclusions. */
export function Exclusions({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const exclusions = definition.without ?? [];
  const set = (next: Exclusion[]) => change(patched(definition, { without: next.length ? next : undefined }));
  return (
    <div className="analysis-who">
      <span className="muted">{t("funnel.exclude")}</span>
      <div>
        {exclusions.map((one, index) => (
          <OneExclusion
            key={index}
            one={one}
            number={index + 1}
            definition={definition}
            known={known}
            change={(next) => set(exclusions.flatMap((other, at) => (at !== index ? [other] : next ? [next] : [])))}
          />
        ))}
        {exclusions.length < EXCLUSIONS_MOST ? (
          <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />} onClick={() => set([...exclusions, { event: "" }])}>
            {t("funnel.addExclude")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

type OneProps = { one: Exclusion; number: number; definition: Definition; known: Known; change: (one: Exclusion | null) => void };

function OneExclusion({ one, number, definition, known, change }: OneProps) {
  const { t } = useTranslation();
  return (
    <div className="analysis-leaf">
      <EventPicker part={one} known={known} label={t("funnel.excludeEvents", { n: number })} change={(event) => change({ ...one, event })} />
      {one.where?.length ? <TestsEditor tests={one.where} known={known} change={(where) => change(patched(one, { where }))} /> : null}
      {definition.order === "unordered" ? null : <Between one={one} number={number} definition={definition} change={change} />}
      <Button
        size="small"
        type="text"
        icon={<FilterOutlined />}
        aria-label={t("funnel.excludeAddTest", { n: number })}
        title={t("analysis.addTest")}
        onClick={() => change({ ...one, where: [...(one.where ?? []), { field: "", op: "=", value: "" }] })}
      />
      <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t("funnel.dropExclude", { n: number })} onClick={() => change(null)} />
    </div>
  );
}

/** Between which steps it must not come; the whole way unless told otherwise. */
function Between({ one, number, definition, change }: Omit<OneProps, "known">) {
  const { t } = useTranslation();
  const { event } = useNames();
  const called = calledSteps(definition.steps);
  const [after, before] = stretch(one, called);
  const options = stepNames(definition, event).map((name, index) => ({ value: index, label: `${index + 1}. ${name}` }));
  return (
    <>
      <span className="muted">{t("funnel.between")}</span>
      <Select
        size="small"
        aria-label={t("funnel.excludeAfter", { n: number })}
        popupMatchSelectWidth={false}
        value={after}
        options={options.filter((option) => option.value < before)}
        onChange={(next) => change(stretched(one, [next, before], called))}
      />
      <span className="muted">{t("funnel.and")}</span>
      <Select
        size="small"
        aria-label={t("funnel.excludeBefore", { n: number })}
        popupMatchSelectWidth={false}
        value={before}
        options={options.filter((option) => option.value > after)}
        onChange={(next) => change(stretched(one, [after, next], called))}
      />
    </>
  );
}
