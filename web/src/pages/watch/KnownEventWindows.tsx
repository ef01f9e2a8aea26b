/** The pieces of history that a known event is tested on: what was found then, and whether it was this. */

import { MinusCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, InputNumber, Select } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { MoveRows, useDimensionChoices, useMetricChoices } from "./KnownEventSignature";
import { BESIDE, blankWindow, COURSES, type EventFields, type WindowFields } from "./knownEventFields";

/** Show the windows, each open where it is new or refused. */
export function WindowRows({ refused }: { refused: ReadonlySet<string> }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<EventFields>();
  const first = useRef<number | null>(null);
  const rules = [
    {
      validator: async (_: unknown, rows: WindowFields[]) => {
        const names = rows.map((one) => one?.name);
        if (new Set(names).size < names.length) throw new Error(t("library.sameName"));
      },
    },
  ];
  return (
    <section className="library-part">
      <h3>{t("library.tests")}</h3>
      <p className="muted">{t("library.testsHint")}</p>
      <Form.List name="tests" rules={rules}>
        {(fields, { add, remove }, { errors }) => {
          first.current ??= fields.length;
          return (
            <>
              {fields.map((field, at) => {
                const one = form.getFieldValue(["tests", field.name]) as WindowFields | undefined;
                return (
                  <details key={field.key} className="library-window" open={at >= (first.current ?? 0) || refused.has(one?.name ?? "") || undefined}>
                    <summary>{one?.name || t("library.newWindow")}</summary>
                    <Window name={field.name} refused={refused.has(one?.name ?? "")} />
                    <Button size="small" icon={<MinusCircleOutlined />} onClick={() => remove(field.name)}>
                      {t("library.removeWindow")}
                    </Button>
                  </details>
                );
              })}
              <Form.ErrorList errors={errors} />
              <Button size="small" icon={<PlusOutlined />} onClick={() => add(blankWindow())}>
                {t("library.addWindow")}
              </Button>
            </>
          );
        }}
      </Form.List>
    </section>
  );
}

function Window({ name, refused }: { name: number; refused: boolean }) {
  const { t } = useTranslation();
  const metrics = useMetricChoices();
  const named = {
    validator: async (_: unknown, places: Record<string, string>[] | undefined) => {
      const empty = (place: Record<string, string>) => !Object.keys(place).length || Object.values(place).some((value) => !value.trim());
      if (places?.some(empty)) throw new Error(t("library.noPlace"));
    },
  };
  return (
    <>
      <div className="library-first">
        <Form.Item
          name={[name, "name"]}
          label={t("library.windowName")}
          rules={[{ required: true, whitespace: true, message: t("library.needed") }]}
          {...(refused ? { validateStatus: "error" as const, help: t("library.refused.here") } : {})}
        >
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name={[name, "expect"]} label={t("library.wasIt")}>
          <Select options={[true, false].map((value) => ({ value, label: t(value ? "library.wasThis" : "library.wasNot") }))} />
        </Form.Item>
      </div>
      <MoveRows name={[name, "moved"]} label={t("library.movedThen")} />
      <Form.Item name={[name, "quiet"]} label={t("library.quietThen")}>
        <Select mode="multiple" optionFilterProp="label" options={metrics} />
      </Form.Item>
      <Form.Item name={[name, "where"]} label={t("library.whereThen")} rules={[named]}>
        <Places />
      </Form.Item>
      <div className="builder-row">
        <Form.Item name={[name, "course"]} label={t("library.courseWord")}>
          <Select
            allowClear
            placeholder={t("library.unknown")}
            options={COURSES.map((value) => ({ value, label: t(value === "sudden" ? "library.sudden" : "library.slow") }))}
          />
        </Form.Item>
        <Form.Item name={[name, "hour"]} label={t("library.hourThen")}>
          <InputNumber min={0} max={23} precision={0} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name={[name, "minutes"]} label={t("library.minutesThen")}>
          <InputNumber min={0} max={525_600} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.Item name={[name, "beside"]} label={t("library.besideThen")}>
        <Beside />
      </Form.Item>
    </>
  );
}

type PlacesProps = { id?: string; value?: Record<string, string>[] | undefined; onChange?: (value: Record<string, string>[] | undefined) => void };

/** Where the cause was: not looked for, everywhere, or combinations of dimension values. */
function Places({ id, value, onChange }: PlacesProps) {
  const { t } = useTranslation();
  const dimensions = useDimensionChoices([]);
  const kind = value === undefined ? "unknown" : value.length ? "places" : "everywhere";
  const set = (at: number, place: Record<string, string>) => onChange?.((value ?? []).map((one, index) => (index === at ? place : one)));
  const title = (name: string) => dimensions.flatMap((group) => group.options).find((one) => one.value === name)?.label ?? name;
  const kinds = ["unknown", "everywhere", "places"] as const;
  return (
    <>
      <Select
        {...(id ? { id } : {})}
        value={kind}
        onChange={(to) => onChange?.(to === "unknown" ? undefined : to === "everywhere" ? [] : [{}])}
        options={kinds.map((one) => ({ value: one, label: t(`library.wheres.${one}`) }))}
      />
      {(value ?? []).map((place, at) => (
        // Places have no name; they are only added at the end or taken out by their number.
        <div key={at} className="library-place">
          <Select
            mode="multiple"
            optionFilterProp="label"
            options={dimensions}
            aria-label={t("library.dimension")}
            placeholder={t("library.dimension")}
            value={Object.keys(place)}
            onChange={(names: string[]) => set(at, Object.fromEntries(names.map((name) => [name, place[name] ?? ""])))}
          />
          {Object.entries(place).map(([name, of]) => (
            <div key={name} className="library-value">
              <span className="muted" aria-hidden="true">
                {title(name)}
              </span>
              <Input
                aria-label={title(name)}
                maxLength={200}
                status={of ? "" : "error"}
                value={of}
                onChange={(event) => set(at, { ...place, [name]: event.target.value })}
              />
            </div>
          ))}
          <Button
            type="text"
            icon={<MinusCircleOutlined />}
            aria-label={t("library.remove")}
            onClick={() => onChange?.((value ?? []).filter((_, index) => index !== at))}
          />
        </div>
      ))}
      {kind === "places" ? (
        <Button size="small" icon={<PlusOutlined />} onClick={() => onChange?.([...(value ?? []), {}])}>
          {t("library.addPlace")}
        </Button>
      ) : null}
    </>
  );
}

type BesideProps = { id?: string; value?: string[] | undefined; onChange?: (value: string[] | undefined) => void };

/** What was going on at the time; nothing is something else than not known. */
function Beside({ id, value, onChange }: BesideProps) {
  const { t } = useTranslation();
  return (
    <div className="row">
      <Select
        {...(id ? { id } : {})}
        value={value === undefined ? "unknown" : "known"}
        onChange={(to) => onChange?.(to === "unknown" ? undefined : [])}
        options={(["unknown", "known"] as const).map((one) => ({ value: one, label: t(`library.besides.${one}`) }))}
      />
      {value ? (
        <Select
          mode="multiple"
          style={{ minWidth: 240 }}
          aria-label={t("library.besideWord")}
          placeholder={t("library.nothingBeside")}
          value={value}
          onChange={onChange}
          options={BESIDE.map((one) => ({ value: one, label: t(`library.beside.${one}`) }))}
        />
      ) : null}
    </div>
  );
}
