/** A condition of any depth: all, any and not around leaves, each of which can be changed, taken out, negated or put into a group. */

import { CloseOutlined, GroupOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { below, fresh, JOINTS, joined, jointOf, LEAVES, type Leaf, leafOf, type Node } from "./condition";
import { LeafEditor } from "./LeafEditor";

const DEEPEST = 6;
type Props = { node: Node; known: Known; change: (node: Node) => void; drop?: (() => void) | undefined; depth?: number };

/** Edit a node and all below it. */
export function ConditionEditor({ node, known, change, drop, depth = 0 }: Props) {
  const { t } = useTranslation();
  const joint = jointOf(node);
  const leaf = joint ? null : leafOf(node);
  const tools = (
    <span className="condition-tools">
      {depth < DEEPEST ? (
        <Button
          size="small"
          type="text"
          icon={<GroupOutlined />}
          title={t("segments.group")}
          aria-label={t("segments.group")}
          onClick={() => change({ all: [node] })}
        />
      ) : null}
      {drop ? <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t("segments.drop")} onClick={drop} /> : null}
    </span>
  );
  if (leaf)
    return (
      <div className="condition-row">
        <LeafEditor node={node} leaf={leaf} known={known} change={change} />
        {tools}
      </div>
    );
  if (!joint) return <p className="muted">{t("segments.unread")}</p>;
  const parts = below(node, joint);
  const set = (index: number, next: Node | null) =>
    change(
      joined(
        joint,
        parts.flatMap((one, at) => (at !== index ? [one] : next ? [next] : [])),
      ),
    );
  return (
    <section className="condition-group" data-joint={joint} aria-label={t(`segments.joint.${joint}`)}>
      <header>
        <Select
          size="small"
          aria-label={t("segments.join")}
          popupMatchSelectWidth={false}
          value={joint}
          options={JOINTS.map((one) => ({ value: one, label: t(`segments.joint.${one}`) }))}
          onChange={(next) => change(joined(next, parts))}
        />
        {tools}
      </header>
      {parts.map((part, index) => (
        <ConditionEditor
          key={index}
          node={part}
          known={known}
          depth={depth + 1}
          change={(next) => set(index, next)}
          drop={parts.length > 1 || depth > 0 ? () => (parts.length > 1 ? set(index, null) : drop?.()) : undefined}
        />
      ))}
      {joint === "not" ? null : <AddLeaf add={(kind) => change(joined(joint, [...parts, fresh(kind)]))} />}
    </section>
  );
}

function AddLeaf({ add }: { add: (kind: Leaf) => void }) {
  const { t } = useTranslation();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items: LEAVES.map((kind) => ({ key: kind, label: t(`segments.leaf.${kind}`) })), onClick: ({ key }) => add(key as Leaf) }}
    >
      <Button size="small" type="dashed" icon={<PlusOutlined />}>
        {t("segments.addLeaf")}
      </Button>
    </Dropdown>
  );
}
