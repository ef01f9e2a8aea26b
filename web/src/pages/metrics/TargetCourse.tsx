/** A target as a bar: what was reached, a line where it should be by now, the end of the track being the target. */

import type { Standing } from "@/api/targets";
import { course } from "./targetNames";
import "./targets.css";

/** Draw the bar; an empty track without a figure. */
export function TargetCourse({ one, label }: { one: Standing; label: string }) {
  const found = course(one);
  return (
    <span className="course" role="img" aria-label={label} title={label}>
      {found ? <i className={`course-bar is-${one.state}`} style={{ width: `${(found.actual * 100).toFixed(1)}%` }} /> : null}
      {found && found.due !== null ? <i className="course-due" style={{ left: `${(found.due * 100).toFixed(1)}%` }} /> : null}
    </span>
  );
}
