/** Choose whose events count: people who did or did not do something, who ordered, who have an id of a kind. */

import { CloseOutlined, FilterOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventPicker } from "./Asked";
import { useSpanTold } from "./spanTold";
import { TestsEditor } from "./TestsEditor";
import { COUNTED, type Did, fresh, type HasId, ID_KINDS, IN_LAST, type Leaf, lastOf, type Orders, readWho, type Who, writeWho } from "./who";

const LEAVES_MOST = 6;
const KINDS = ["did", "did_not", "orders", "has_id"] as const;
type Props = { who: unknown; known: Known; change: (who: unknown) => void };

/** Edit the condition; one that is richer than the controls is kept as it is. */
export function WhoOf({ who, known, change }: Props) {
  const { t } = useTranslation();
  const read = readWho(who);
  if (read === null) {
    return (
      <Filter label={t("analysis.people")}>
        <span className="muted">{t("analysis.who")}</span>
        <Button size="small" type="link" onClick={() => change(undefined)}>
          {t("analysis.whoDrop")}
        </Button>
      </Filter>
    );
  }
  const set = (next: Who) => change(writeWho(next));
  const put = (index: number, leaf: Leaf | null) =>
    set({ ...read, leaves: read.leaves.flatMap((one, at) => (at !== index ? [one] : leaf ? [leaf] : [])) });
  return (
    <div className="analysis-who">
      <span className="muted">{t("analysis.people")}</span>
      <div>
        {read.leaves.map((leaf, index) => (
          <div key={index} className="analysis-leaf">
            {index ? (
              <Select
                size="small"
                aria-label={t("analysis.join")}
                value={read.join}
                popupMatchSelectWidth={false}
                options={(["all", "any"] as const).map((join) => ({ value: join, label: t(`analysis.joins.${join}`) }))}
                onChange={(join) => set({ ...read, join })}
              />
            ) : null}
            <OneLeaf leaf={leaf} known={known} change={(next) => put(index, next)} />
            <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t("analysis.dropTest")} onClick={() => put(index, null)} />
          </div>
        ))}
        {read.leaves.length < LEAVES_MOST ? (
          <Dropdown
            trigger={["click"]}
            menu={{
              items: KINDS.map((kind) => ({ key: kind, label: t(`analysis.leaf.${kind}`) })),
              onClick: ({ key }) => set({ ...read, leaves: [...read.leaves, fresh(key as Leaf["kind"])] }),
            }}
          >
            <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />}>
              {read.leaves.length ? t("analysis.addWho") : t("analysis.everybody")}
            </Button>
          </Dropdown>
        ) : null}
      </div>
    </div>
  );
}

function OneLeaf({ leaf, known, change }: { leaf: Leaf; known: Known; change: (leaf: Leaf) => void }) {
  if (leaf.kind === "has_id") return <IdOf leaf={leaf} change={change} />;
  if (leaf.kind === "orders") return <OrdersOf leaf={leaf} change={change} />;
  return <DidOf leaf={leaf} known={known} change={change} />;
}

function DidOf({ leaf, known, change }: { leaf: Did; known: Known; change: (leaf: Leaf) => void }) {
  const { t } = useTranslation();
  const { where: _, ...bare } = leaf;
  return (
    <>
      <span className="muted">{t(`analysis.leaf.${leaf.kind}`)}</span>
      <EventPicker part={leaf} known={known} label={t(`analysis.leaf.${leaf.kind}`)} change={(event) => change({ ...leaf, event })} />
      {leaf.kind === "did" ? <Times leaf={leaf} change={change} /> : null}
      {leaf.where?.length ? <TestsEditor tests={leaf.where} known={known} change={(where) => change(where ? { ...bare, where } : bare)} /> : null}
      <Button
        size="small"
        type="text"
        icon={<FilterOutlined />}
        title={t("analysis.addTest")}
        aria-label={t("analysis.addTest")}
        onClick={() => change({ ...leaf, where: [...(leaf.where ?? []), { field: "", op: "=", value: "" }] })}
      />
      <LastOf leaf={leaf} change={change} />
    </>
  );
}

function OrdersOf({ leaf, change }: { leaf: Orders; change: (leaf: Leaf) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="muted">{t("analysis.leaf.orders")}</span>
      <Times leaf={leaf} change={change} />
      <LastOf leaf={leaf} change={change} />
    </>
  );
}

function IdOf({ leaf, change }: { leaf: HasId; change: (leaf: Leaf) => void }) {
  const { t } = useTranslation();
  const ids = [...new Set([...ID_KINDS, leaf.id])];
  return (
    <>
      <Select
        size="small"
        aria-label={t("analysis.leaf.has_id")}
        popupMatchSelectWidth={false}
        value={leaf.not ? "not" : "has"}
        options={(["has", "not"] as const).map((one) => ({ value: one as string, label: t(`analysis.hasId.${one}`) }))}
        onChange={(one) => change({ ...leaf, not: one === "not" })}
      />
      <Select
        size="small"
        aria-label={t("analysis.idKind")}
        popupMatchSelectWidth={false}
        value={leaf.id}
        options={ids.map((id) => ({ value: id as string, label: id in ID_NAMES ? t(`analysis.ids.${id as keyof typeof ID_NAMES}`) : id }))}
        onChange={(id) => change({ ...leaf, id })}
      />
    </>
  );
}

const ID_NAMES = { login: 1, member: 1, phone: 1, email: 1, device: 1, openid: 1 };

function Times({ leaf, change }: { leaf: Did | Orders; change: (leaf: Leaf) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        size="small"
        aria-label={t("analysis.op")}
        popupMatchSelectWidth={false}
        value={leaf.op}
        options={COUNTED.map((op) => ({ value: op as string, label: t(`analysis.counted.${op}`) }))}
        onChange={(op) => change({ ...leaf, op })}
      />
      <InputNumber
        size="small"
        aria-label={t("analysis.times")}
        className="analysis-count"
        min={leaf.op === ">=" ? 1 : 0}
        max={1_000_000}
        precision={0}
        changeOnWheel={false}
        value={leaf.times}
        suffix={t("analysis.timesUnit")}
        onChange={(times) => (times === null ? undefined : change({ ...leaf, times }))}
      />
    </>
  );
}

function LastOf({ leaf, change }: { leaf: Did | Orders; change: (leaf: Leaf) => void }) {
  const { t } = useTranslation();
  const told = useSpanTold();
  const last = lastOf(leaf.period);
  const days = [...new Set([...IN_LAST, ...(typeof last === "number" ? [last] : [])])].sort((a, b) => a - b);
  return (
    <Select
      size="small"
      aria-label={t("analysis.period")}
      popupMatchSelectWidth={false}
      value={last === undefined ? "kept" : last === null ? "always" : String(last)}
      options={[
        ...days.map((count) => ({ value: String(count), label: t("analysis.last", { count }) })),
        { value: "always", label: t("analysis.always") },
        ...(last === undefined ? [{ value: "kept", label: told(leaf.period) }] : []),
      ]}
      onChange={(value) => {
        if (value !== "kept") change({ ...leaf, period: value === "always" ? undefined : { last: Number(value), unit: "day" } });
      }}
    />
  );
}
