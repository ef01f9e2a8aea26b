/** The one drawer: slides in at the right, leaves the page usable, closes with Escape and gives the focus back. */

import { Drawer } from "antd";
import { type ReactNode, useEffect, useRef } from "react";

type Props = { open: boolean; title: ReactNode; extra?: ReactNode; close: () => void; children: ReactNode; width?: number; testid?: string };

/** Show a drawer. It has no mask, so that the picture it explains stays in sight. */
export function SidePane({ open, title, extra, close, children, width = 620, testid }: Props) {
  const before = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (!open) return;
    before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") close();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      before.current?.focus({ preventScroll: true });
    };
  }, [open, close]);
  return (
    <Drawer
      open={open}
      onClose={close}
      title={title}
      extra={extra}
      size={width}
      mask={false}
      destroyOnHidden
      className="pane"
      keyboard={false}
      data-testid={testid}
    >
      {children}
    </Drawer>
  );
}
