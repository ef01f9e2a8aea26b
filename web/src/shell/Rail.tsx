/** The rail: groups of pages that fold. Where somebody is stands open, the others as far as the window has room, unless they want it otherwise. */

import { DownOutlined } from "@ant-design/icons";
import { Link, useLocation } from "@tanstack/react-router";
import { Fragment, type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Brand } from "./Brand";
import { itemOf, type NavGroup, navFor } from "./nav";
import { useSession } from "./session";

const KEY = "windsock.rail";
/** Groups for every day, which stand open where there is room for them. */
const DAILY = new Set(["today", "metrics", "analyse"]);
const LOW = "(max-height: 840px)";
/** Room for one of the two long groups. */
const MIDDLE = "(max-height: 1180px)";
/** Labels have no room, so nothing is folded away. */
const NARROW = "(max-width: 1100px)";

function kept(): Record<string, boolean> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, boolean>;
  } catch {
    return {};
  }
}

function useMedia(query: string): boolean {
  const watch = (told: () => void) => {
    const media = globalThis.matchMedia?.(query);
    media?.addEventListener("change", told);
    return () => media?.removeEventListener("change", told);
  };
  return useSyncExternalStore(watch, () => globalThis.matchMedia?.(query).matches ?? false);
}

/** Whether there is more of something that scrolls above and below what is seen of it. */
function useMore(place: RefObject<HTMLDivElement | null>): { above: boolean; below: boolean } {
  const [more, setMore] = useState({ above: false, below: false });
  useEffect(() => {
    const seen = place.current;
    if (!seen) return;
    const look = () => {
      const above = seen.scrollTop > 1;
      const below = seen.scrollHeight - seen.clientHeight - seen.scrollTop > 1;
      setMore((now) => (now.above === above && now.below === below ? now : { above, below }));
    };
    look();
    seen.addEventListener("scroll", look, { passive: true });
    const watched = globalThis.ResizeObserver && new ResizeObserver(look);
    for (const one of [seen, ...seen.children]) watched?.observe(one);
    return () => {
      seen.removeEventListener("scroll", look);
      watched?.disconnect();
    };
  }, [place]);
  return more;
}

/** Show the rail. */
export function Rail() {
  const { t } = useTranslation();
  const { user } = useSession();
  const lit = itemOf(useLocation().pathname);
  const low = useMedia(LOW);
  const middle = useMedia(MIDDLE);
  const narrow = useMedia(NARROW);
  const groups = useRef<HTMLDivElement>(null);
  const more = useMore(groups);
  const [chosen, choose] = useState(kept);
  useEffect(() => localStorage.setItem(KEY, JSON.stringify(chosen)), [chosen]);
  // In a low window the rail scrolls, and where one is stands in sight.
  useEffect(() => {
    groups.current?.querySelector(`[href="${lit}"]`)?.scrollIntoView({ block: "nearest" });
  }, [lit, low, middle, narrow]);
  const here = (group: NavGroup) => group.items.some((item) => item.to === lit);
  // With room for one long group it is the one where somebody is, else the first.
  const fits = (group: NavGroup) => !low && DAILY.has(group.key) && (!middle || group.key !== "analyse") && (!middle || !lit.startsWith("/analyse"));
  const isOpen = (group: NavGroup) => narrow || (chosen[group.key] ?? (here(group) || group.items.length === 1 || fits(group)));
  return (
    <nav className="rail" aria-label={t("app.menu")} data-above={more.above || undefined} data-below={more.below || undefined}>
      <Link to="/" className="rail-brand" aria-label={t("app.name")}>
        <Brand size={24} />
        <span>Windsock</span>
      </Link>
      <div className="rail-groups" ref={groups}>
        {navFor(user.permissions).map((group) => (
          <div className="rail-group" key={group.key}>
            <button
              type="button"
              className={here(group) ? "rail-label is-here" : "rail-label"}
              aria-expanded={isOpen(group)}
              onClick={() => choose({ ...chosen, [group.key]: !isOpen(group) })}
            >
              <span>{t(group.label)}</span>
              <DownOutlined aria-hidden />
            </button>
            {(isOpen(group) ? group.items : []).map((item, index) => (
              <Fragment key={item.to}>
                {item.part && item.part !== group.items[index - 1]?.part ? <p className="rail-part">{t(item.part)}</p> : null}
                <Link
                  to={item.to}
                  className={item.to === lit ? "rail-item is-active" : "rail-item"}
                  aria-current={item.to === lit ? "page" : undefined}
                  activeOptions={{ exact: true, includeSearch: false }}
                >
                  {item.icon}
                  <span>{t(item.label)}</span>
                </Link>
              </Fragment>
            ))}
          </div>
        ))}
      </div>
      {more.below ? (
        <span className="rail-more" aria-hidden>
          <DownOutlined />
        </span>
      ) : null}
    </nav>
  );
}
