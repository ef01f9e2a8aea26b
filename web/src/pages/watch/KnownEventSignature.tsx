/** The fields of how a known event shows: metrics and their ways, what the cause names, what goes on beside it, and when. */

import { MinusCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { catalogueOptions } from "@/api/keys";
import { useFormat } from "@/kit/use";
import { useSplitChoices } from "@/pages/metrics/dimensions";
import { BESIDE, COURSES, DIRECTIONS, type EventFields, type Move } from "./knownEventFields";

/** The metrics of the catalogue as choices, by their titles. */
export function useMetricChoices(): { value: string; label: string }[] {
  const format = useFormat();
  const metrics = useQuery(catalogueOptions()).data?.metrics ?? [];
  return metrics.map((one) => ({ value: one.name, label: format.say(one.title) }));
}

/** The dimensions of the catalogue by which at least one of these metrics is cut; all of them where none is named. */
export function useDimensionChoices(metrics: readonly (string | undefined)[]) {
  const format = useFormat();
  const catalogue = useQuery(catalogueOptions()).data;
  const cuts = new Set(catalogue?.metrics.filter((one) => metrics.includes(one.name)).flatMap((one) => one.dimensions));
  const names = cuts.size ? [...cuts] : (catalogue?.dimensions.map((one) => one.name) ?? []);
  return useSplitChoices(catalogue?.dimensions ?? [], names).grouped(format, []);
}

/** Rows of a metric and its way; where `leads` is set, each says whether it has to move. */
export function MoveRows({ name, label, leads = false }: { name: (string | number)[]; label: string; leads?: boolean }) {
  const { t } = useTranslation();
  const choices = useMetricChoices();
  const full = leads ? ["signature", ...name.slice(-1)] : ["tests", ...name];
  const rules = [
    {
      validator: async (_: unknown, rows: Move[]) => {
        const named = rows.map((one) => one?.metric);
        if (new Set(named).size < named.length) throw new Error(t("library.twice"));
        if (!rows.length || (leads && !rows.some((one) => one?.lead))) throw new Error(t(leads ? "library.noLead" : "library.noMove"));
      },
    },
  ];
  return (
    <Form.List name={name} rules={rules}>
      {(fields, { add, remove }, { errors }) => (
        <fieldset className="library-list" data-field={full.join(".")}>
          <legend>{label}</legend>
          {fields.map((field) => (
            <div key={field.key} className={leads ? "library-move" : "library-pair"}>
              <Form.Item name={[field.name, "metric"]} rules={[{ required: true, message: t("library.needed") }]}>
                <Select showSearch optionFilterProp="label" options={choices} aria-label={t("library.metric")} placeholder={t("library.metric")} />
              </Form.Item>
              <Form.Item name={[field.name, "direction"]}>
                <Select aria-label={t("library.way")} options={DIRECTIONS.map((value) => ({ value, label: t(`library.ways.${value}`) }))} />
              </Form.Item>
              {leads ? (
                <Form.Item name={[field.name, "lead"]}>
                  <Select
                    aria-label={t("library.weight")}
                    options={[true, false].map((value) => ({ value, label: t(value ? "library.lead" : "library.part") }))}
                  />
                </Form.Item>
              ) : null}
              <Button type="text" icon={<MinusCircleOutlined />} aria-label={t("library.remove")} onClick={() => remove(field.name)} />
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          <Button size="small" icon={<PlusOutlined />} onClick={() => add({ direction: "down", lead: leads && fields.length === 0 })}>
            {t("library.addMetric")}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

/** Show the fields of the signature. */
export function SignatureFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<EventFields>();
  const moves = Form.useWatch(["signature", "moves"], form) as Move[] | undefined;
  const metrics = useMetricChoices();
  const dimensions = useDimensionChoices((moves ?? []).map((one) => one?.metric));
  return (
    <section className="library-part">
      <h3>{t("library.shows")}</h3>
      <MoveRows name={["signature", "moves"]} label={t("library.movesWord")} leads />
      <Form.Item name={["signature", "steady"]} label={t("library.steadyWord")} extra={t("library.steadyHint")}>
        <Select mode="multiple" optionFilterProp="label" options={metrics} maxCount={20} />
      </Form.Item>
      <Form.Item name={["signature", "named"]} label={t("library.namedDims")} extra={t("library.namedHint")}>
        <Select mode="multiple" optionFilterProp="label" options={dimensions} maxCount={20} />
      </Form.Item>
      <ValueRows dimensions={dimensions} />
      <Form.Item name={["signature", "beside"]} label={t("library.besideWord")} extra={t("library.besideHint")}>
        <Select mode="multiple" optionFilterProp="label" options={BESIDE.map((value) => ({ value, label: t(`library.beside.${value}`) }))} />
      </Form.Item>
      <div className="builder-row">
        <Ends names={["from", "to"]} labels={[t("library.fromHour"), t("library.toHour")]} most={24} />
        <Form.Item name={["signature", "course"]} label={t("library.courseWord")}>
          <Select
            allowClear
            placeholder={t("library.eitherWay")}
            options={COURSES.map((value) => ({ value, label: t(value === "sudden" ? "library.sudden" : "library.slow") }))}
          />
        </Form.Item>
        <Ends names={["least", "most"]} labels={[t("library.leastMin"), t("library.mostMin")]} most={525_600} ordered />
      </div>
    </section>
  );
}

type Choices = ReturnType<typeof useDimensionChoices>;

function ValueRows({ dimensions }: { dimensions: Choices }) {
  const { t } = useTranslation();
  const required = [{ required: true, message: t("library.needed") }];
  return (
    <Form.List name={["signature", "values"]}>
      {(fields, { add, remove }) => (
        <fieldset className="library-list">
          <legend>{t("library.valuesWord")}</legend>
          {fields.map((field) => (
            <div key={field.key} className="library-pair">
              <Form.Item name={[field.name, "dimension"]} rules={required}>
                <Select
                  showSearch
                  optionFilterProp="label"
                  options={dimensions}
                  aria-label={t("library.dimension")}
                  placeholder={t("library.dimension")}
                />
              </Form.Item>
              <Form.Item name={[field.name, "values"]} rules={required}>
                <Select mode="tags" open={false} suffixIcon={null} aria-label={t("library.valuesHint")} placeholder={t("library.valuesHint")} />
              </Form.Item>
              <Button type="text" icon={<MinusCircleOutlined />} aria-label={t("library.remove")} onClick={() => remove(field.name)} />
            </div>
          ))}
          <Button size="small" icon={<PlusOutlined />} onClick={() => add({ values: [] })}>
            {t("library.addValue")}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

/** Two numbers of which either both or none is given. */
function Ends({ names, labels, most, ordered = false }: { names: [string, string]; labels: [string, string]; most: number; ordered?: boolean }) {
  const { t } = useTranslation();
  const [first, second] = names;
  const rules = (other: string, last: boolean) => [
    ({ getFieldValue }: { getFieldValue: (name: string[]) => unknown }) => ({
      validator: async (_: unknown, value: number | null) => {
        const beside = getFieldValue(["signature", other]) as number | null;
        if ((value ?? null) === null && (beside ?? null) !== null) throw new Error(t("library.bothEnds"));
        if (last && ordered && value !== null && beside !== null && value < beside) throw new Error(t("library.mostLess"));
      },
    }),
  ];
  return (
    <>
      {[first, second].map((name, at) => (
        <Form.Item
          key={name}
          name={["signature", name]}
          label={labels[at]}
          dependencies={[["signature", at ? first : second]]}
          rules={rules(at ? first : second, at === 1)}
        >
          <InputNumber min={0} max={most} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      ))}
    </>
  );
}
