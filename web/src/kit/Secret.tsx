/** A secret that is shown once: to be copied now, because nobody can show it again. */

import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import "./parts.css";

type Props = { title: string; text: string; secret: string; close?: () => void };

/** Show a secret with the button that copies it. */
export function Secret({ title, text, secret, close }: Props) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(secret).catch(() => undefined);
    setCopied(true);
  };
  return (
    <section className="secret" role="status" data-testid="secret">
      <h3>{title}</h3>
      <p>{text}</p>
      <div className="secret-line">
        <code>{secret}</code>
        <Button size="small" icon={copied ? <CheckOutlined /> : <CopyOutlined />} onClick={() => void copy()}>
          {copied ? t("secret.copied") : t("secret.copy")}
        </Button>
      </div>
      {close ? (
        <Button type="primary" onClick={close}>
          {t("secret.kept")}
        </Button>
      ) : null}
    </section>
  );
}
