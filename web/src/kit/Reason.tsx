/** A change that asks why: what will happen, the reason, and one button that says what it does. */

import { Button, Input, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorPanel } from "./states";
import "./parts.css";

const LONGEST = 500;
type Props = {
  open: boolean;
  title: string;
  text: ReactNode;
  action: string;
  danger?: boolean;
  /** Without a reason the change is asked for once more, and nothing else. */
  why?: boolean;
  busy?: boolean;
  error?: unknown;
  done: (reason: string) => void;
  close: () => void;
};

/** Show the question while `open`. */
export function Reason({ open, title, text, action, danger = false, why = true, busy = false, error, done, close }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const ready = !why || reason.trim().length > 2;
  return (
    <Modal
      open={open}
      title={title}
      onCancel={close}
      afterClose={() => setReason("")}
      width={480}
      data-testid="reason"
      destroyOnHidden
      footer={
        <>
          <Button onClick={close}>{t("reason.keep")}</Button>
          <Button type={danger ? "default" : "primary"} danger={danger} disabled={!ready} loading={busy} onClick={() => done(reason.trim())}>
            {action}
          </Button>
        </>
      }
    >
      <div className="reason">
        <div>{text}</div>
        {why ? (
          <>
            <span className="filter-label">{t("reason.why")}</span>
            <Input.TextArea
              autoFocus
              aria-label={t("reason.why")}
              value={reason}
              maxLength={LONGEST}
              autoSize={{ minRows: 2, maxRows: 5 }}
              placeholder={t("reason.hint")}
              onChange={(event) => setReason(event.target.value)}
            />
          </>
        ) : null}
        {error ? <ErrorPanel error={error} what={title} /> : null}
      </div>
    </Modal>
  );
}
