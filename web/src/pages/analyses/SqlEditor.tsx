/** Where a statement is written: numbered lines, a mark under what is wrong, Ctrl+Enter to run. */

import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { offsetOf } from "./sqlPlaces";

const LINES_LEAST = 7;
const LINES_MOST = 18;
const LINE_HEIGHT = 20;
const ABOUT = 24;
const EXAMPLE = "SELECT COUNT(*) FROM events";

type Props = {
  text: string;
  change: (text: string) => void;
  run: () => void;
  wrong: { line: number; column: number } | null;
  most: number;
  box: RefObject<HTMLTextAreaElement | null>;
};

/** Show the editor. */
export function SqlEditor({ text, change, run, wrong, most, box }: Props) {
  const { t } = useTranslation();
  const gutter = useRef<HTMLDivElement>(null);
  const behind = useRef<HTMLPreElement>(null);
  const lines = text.split("\n").length;
  const shown = Math.min(LINES_MOST, Math.max(LINES_LEAST, lines + 1));
  const follow = () => {
    const at = box.current;
    if (!at) return;
    if (gutter.current) gutter.current.scrollTop = at.scrollTop;
    if (behind.current) {
      behind.current.scrollTop = at.scrollTop;
      behind.current.scrollLeft = at.scrollLeft;
    }
  };
  useLayoutEffect(follow);
  const typed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  };
  const from = wrong ? offsetOf(text, wrong) : -1;
  const word = wrong ? (/^[\w".]+|^\S?/.exec(text.slice(from))?.[0] ?? "") : "";
  return (
    <div className="sql-editor" style={{ height: shown * LINE_HEIGHT + ABOUT }}>
      <div className="sql-gutter num" ref={gutter} aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          <span key={index} className={wrong?.line === index + 1 ? "is-wrong" : undefined}>
            {index + 1}
          </span>
        ))}
      </div>
      <div className="sql-paper">
        <pre className="sql-behind" ref={behind} aria-hidden="true">
          {wrong ? (
            <>
              {text.slice(0, from)}
              <mark>{word || " "}</mark>
              {text.slice(from + word.length)}
            </>
          ) : (
            text
          )}
          {"\n"}
        </pre>
        <textarea
          ref={box}
          className="sql-text"
          aria-label={t("sql.editor")}
          aria-invalid={wrong !== null}
          placeholder={EXAMPLE}
          value={text}
          maxLength={most}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          onChange={(event) => change(event.target.value)}
          onKeyDown={typed}
          onScroll={follow}
        />
      </div>
    </div>
  );
}
