/** The builder of correlations: the funnel, from which step to which, and the facts: fields at the step, traits, what was done afterwards. */

import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventPicker, FieldsOf, MoreButton, PeriodOf } from "./Asked";
import { type CorrelationDefinition, endsOf, KINDS_MOST, LEAST, TOGETHER_MOST, TOP, withFunnel } from "./correlationDefinition";
import { ANY, patched } from "./given";
import { LengthOf } from "./LengthOf";
import { stepNames, useNames } from "./names";
import { FunnelMore, WindowOf } from "./Rules";
import { Steps } from "./Steps";
import { TestsEditor } from "./TestsEditor";
import { TraitsOf } from "./TraitsOf";

type Props = { definition: CorrelationDefinition; known: Known; change: (definition: CorrelationDefinition) => void };

function Ends({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const { event } = useNames();
  const [from, to] = endsOf(definition);
  const { steps } = definition.funnel;
  const options = stepNames(definition.funnel, event).flatMap((name, index) =>
    steps[index]?.optional ? [] : [{ value: index, label: `${index + 1}. ${name}` }],
  );
  const pick = (label: string, value: number, fit: (index: number) => boolean, set: (index: number) => void) => (
    <Filter label={label}>
      <Select aria-label={label} popupMatchSelectWidth={false} value={value} options={options.filter((one) => fit(one.value))} onChange={set} />
    </Filter>
  );
  const put = (ends: [number, number]) => change({ ...definition, from: ends[0] + 1, to: ends[1] + 1 });
  return (
    <>
      {pick(
        t("correlation.from"),
        from,
        (index) => index < to,
        (index) => put([index, to]),
      )}
      {pick(
        t("correlation.to"),
        to,
        (index) => index > from,
        (index) => put([from, index]),
      )}
    </>
  );
}

function AtOf({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const kinds = definition.at ?? [];
  const set = (next: (string | string[])[]) => change(patched(definition, { at: next.length ? next : undefined }));
  return (
    <div className="filter correlation-at">
      <span className="filter-label" aria-hidden="true">
        {t("correlation.at")}
      </span>
      {kinds.map((one, index) => (
        <FieldsOf
          key={index}
          fields={typeof one === "string" ? [one] : one}
          known={known}
          most={TOGETHER_MOST}
          label={t("correlation.atFields", { n: index + 1 })}
          none={t("correlation.chooseField")}
          change={(fields) =>
            set(kinds.flatMap((other, at) => (at !== index ? [other] : fields.length > 1 ? [fields] : fields.length ? [fields[0] as string] : [])))
          }
        />
      ))}
      {kinds.length < KINDS_MOST ? (
        <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />} onClick={() => set([...kinds, []])}>
          {t("correlation.addAt")}
        </Button>
      ) : null}
    </div>
  );
}

function BetweenOf({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const { between } = definition;
  const label = t("correlation.between");
  if (!between)
    return (
      <Filter label={label}>
        <Button
          size="small"
          type="dashed"
          icon={<PlusOutlined aria-hidden />}
          aria-label={`${label}: ${t("correlation.addBetween")}`}
          onClick={() => change({ ...definition, between: { event: ANY } })}
        >
          {t("correlation.addBetween")}
        </Button>
      </Filter>
    );
  const set = (next: typeof between) => change({ ...definition, between: next });
  return (
    <Filter label={label}>
      <EventPicker part={between} known={known} label={label} any change={(event) => set({ ...between, event })} />
      {between.where?.length ? <TestsEditor tests={between.where} known={known} change={(where) => set(patched(between, { where }))} /> : null}
      <FieldsOf
        fields={between.fields ?? []}
        known={known}
        most={KINDS_MOST}
        label={t("correlation.betweenFields")}
        none={t("correlation.betweenFields")}
        change={(fields) => set(patched(between, { fields: fields.length ? fields : undefined }))}
      />
      {between.within === undefined ? (
        <Button size="small" type="link" onClick={() => set({ ...between, within: "10 minutes" })}>
          {t("funnel.limit")}
        </Button>
      ) : (
        <LengthOf small text={between.within} label={t("correlation.betweenWithin")} change={(within) => set({ ...between, within })} />
      )}
      <Button
        size="small"
        type="text"
        icon={<CloseOutlined />}
        aria-label={t("correlation.dropBetween")}
        onClick={() => change(patched(definition, { between: undefined }))}
      />
    </Filter>
  );
}

function More({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const number = (key: "least" | "top", label: string, usual: number, most: number) => (
    <Filter label={label}>
      <InputNumber
        aria-label={label}
        className="analysis-count"
        min={1}
        max={most}
        changeOnWheel={false}
        value={definition[key] ?? usual}
        onChange={(value) => (value ? change(patched(definition, { [key]: value === usual ? undefined : value })) : undefined)}
      />
    </Filter>
  );
  return (
    <>
      <div className="analysis-more">
        {number("least", t("correlation.least"), LEAST, 1_000_000)}
        {number("top", t("correlation.top"), TOP, 100)}
      </div>
      <FunnelMore definition={definition.funnel} known={known} anyOrder={false} change={(funnel) => change(withFunnel(definition, funnel))} />
    </>
  );
}

/** Edit a correlation. */
export function CorrelationBuilder({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { funnel } = definition;
  return (
    <>
      <Steps definition={funnel} known={known} change={(next) => change(withFunnel(definition, next))} />
      <div className="filters">
        <PeriodOf period={funnel.period} known={known} change={(period) => change({ ...definition, funnel: { ...funnel, period } })} />
        <WindowOf definition={funnel} change={(next) => change(withFunnel(definition, next))} />
        <Ends definition={definition} change={change} />
      </div>
      <div className="filters">
        <AtOf definition={definition} known={known} change={change} />
        <TraitsOf
          traits={definition.traits ?? []}
          most={KINDS_MOST}
          known={known}
          change={(traits) => change(patched(definition, { traits: traits.length ? traits : undefined }))}
        />
        <BetweenOf definition={definition} known={known} change={change} />
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? <More definition={definition} known={known} change={change} /> : null}
    </>
  );
}
