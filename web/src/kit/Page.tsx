/** The frame of a page: its question, the answer in a sentence, one line of filters, then the content. */

import type { ReactNode } from "react";

type Props = { title: string; answer?: ReactNode; note?: ReactNode; filters?: ReactNode; aside?: ReactNode; children: ReactNode; fill?: boolean };

/** Lay out a page. With `fill` it takes the height of the window and its parts scroll on their own. */
export function Page({ title, answer, note, filters, aside, children, fill = false }: Props) {
  return (
    <div className={fill ? "page page-fill" : "page"}>
      <div className="page-head">
        <div className="page-words">
          <h1>{title}</h1>
          {answer || note ? (
            <p className="page-answer">
              {answer}
              {note}
            </p>
          ) : null}
        </div>
        {aside ? <div className="page-aside">{aside}</div> : null}
      </div>
      {filters ? <div className="filters">{filters}</div> : null}
      {children}
    </div>
  );
}

/** One labelled control of the filter line; an `extra` label gives way in a narrow window, as its control speaks for itself. */
export function Filter({ label, extra = false, children }: { label: string; extra?: boolean; children: ReactNode }) {
  return (
    <div className="filter">
      <span className={extra ? "filter-label is-extra" : "filter-label"} aria-hidden="true">
        {label}
      </span>
      {children}
    </div>
  );
}
