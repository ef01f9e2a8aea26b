/** A card with a question as its title, the definition a hover away, and room for one action. */

import { InfoCircleOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { type ReactNode, useId } from "react";

type Props = { title: ReactNode; hint?: string; action?: ReactNode; children: ReactNode; className?: string };

/** Show a panel. */
export function Panel({ title, hint, action, children, className }: Props) {
  const id = useId();
  return (
    <section className={`panel ${className ?? ""}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {hint ? (
          <Tooltip title={hint}>
            <button type="button" className="hint" aria-label={hint}>
              <InfoCircleOutlined />
            </button>
          </Tooltip>
        ) : null}
        {action ? <div className="panel-action">{action}</div> : null}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
