/** A state in a word beside its dot: never by colour alone. */

import type { ReactNode } from "react";

type Props = { state: string; children: ReactNode; title?: string };

/** Show a state; how each looks is in kit.css. */
export function Status({ state, children, title }: Props) {
  return (
    <span className="freshness status" data-state={state} title={title}>
      <i className="dot" aria-hidden="true" />
      {children}
    </span>
  );
}
