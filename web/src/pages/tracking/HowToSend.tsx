/** How events get to a source: its keys, made and revoked here, and code with the key filled in. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createKey, dataKeys, type KeyKind, keysOptions, revokeKey, type Snippets, type Source, snippetsOptions, type WriteKey } from "@/api/data";
import { CopyCode } from "@/kit/CopyCode";
import { Reason } from "@/kit/Reason";
import { Secret } from "@/kit/Secret";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";

const BY_SERVER = new Set(["server", "sensors", "import"]);

/** Senders of the Sensors protocol may name only their project: the source's public key then stands in. */
const standsIn = (source: Source, kind: KeyKind) => source.kind === "sensors" && kind === "public";

/** Show keys and code. */
export function HowToSend({ source }: { source: Source }) {
  const { t } = useTranslation();
  const { key: chosen } = useSearch({ from: "/desk/data/sources/$source" });
  const may = useMay("sources.manage");
  const keys = useQuery(keysOptions(source.source));
  const live = keys.data?.items.filter((key) => !key.revoked) ?? [];
  const key = live.find((entry) => entry.id === chosen) ?? live.find((entry) => entry.kind === "public") ?? live[0];
  return (
    <Shown query={keys} what={t("source.keys")} permission="sources.read" skeleton={<Bone height={240} />}>
      {(data) => (
        <>
          <Keys source={source} keys={data.items} />
          {key && may ? (
            <Code source={source.source} writeKey={key} choices={live} />
          ) : (
            <p className="muted">{may ? t("source.noKey") : t("source.codeForbidden")}</p>
          )}
        </>
      )}
    </Shown>
  );
}

function Keys({ source, keys }: { source: Source; keys: WriteKey[] }) {
  const { t } = useTranslation();
  const may = useMay("sources.manage");
  const client = useQueryClient();
  const [adding, add] = useState(false);
  const [shut, shutting] = useState<WriteKey | null>(null);
  const settled = (then: () => void) => {
    then();
    return client.invalidateQueries({ queryKey: dataKeys.sources });
  };
  const begin = () => {
    making.reset();
    add(true);
  };
  const making = useMutation({ mutationFn: createKey, onSuccess: () => settled(() => add(false)) });
  const revoking = useMutation({ mutationFn: revokeKey, onSuccess: () => settled(() => shutting(null)) });
  const made = making.data;
  return (
    <section>
      <div className="section-head">
        <h3>{t("source.keys")}</h3>
        {may && !adding ? (
          <Button size="small" type={keys.length ? "default" : "primary"} onClick={begin}>
            {t("source.addKey")}
          </Button>
        ) : null}
      </div>
      {adding ? (
        <NewKey
          source={source}
          busy={making.isPending}
          make={(name, kind) => making.mutate({ source: source.source, name, kind, sensors_default: standsIn(source, kind) })}
        />
      ) : null}
      {making.error ? <ErrorPanel error={making.error} what={t("source.addKey")} /> : null}
      {made && made.key.kind === "server" ? (
        <Secret title={t("source.onceTitle")} text={t("source.onceText")} secret={made.secret} close={() => making.reset()} />
      ) : null}
      <div className="keys">
        {keys.map((key) => (
          <KeyLine key={key.id} writeKey={key} revoke={may && !key.revoked ? () => shutting(key) : undefined} />
        ))}
      </div>
      <Reason
        open={shut !== null}
        title={t("source.revokeTitle", { name: shut?.name ?? "" })}
        text={t("source.revokeText")}
        action={t("source.revoke")}
        danger
        why={false}
        busy={revoking.isPending}
        error={revoking.error}
        done={() => shut && revoking.mutate(shut.id)}
        close={() => shutting(null)}
      />
    </section>
  );
}

function NewKey({ source, busy, make }: { source: Source; busy: boolean; make: (name: string, kind: KeyKind) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<KeyKind>(BY_SERVER.has(source.kind) ? "server" : "public");
  return (
    <form
      className="inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        make(name.trim(), kind);
      }}
    >
      <span className="field">
        {t("source.keyName")}
        <Input aria-label={t("source.keyName")} value={name} maxLength={80} autoFocus onChange={(event) => setName(event.target.value)} />
      </span>
      <Segmented<KeyKind>
        aria-label={t("source.keyKind")}
        value={kind}
        options={[
          { value: "public", label: t("source.keyPublic"), title: t("source.publicMeans") },
          { value: "server", label: t("source.keyServer"), title: t("source.serverMeans") },
        ]}
        onChange={setKind}
      />
      <Button type="primary" htmlType="submit" loading={busy} disabled={!name.trim()}>
        {t("source.makeKey")}
      </Button>
      <span className="muted">{kind === "public" ? t("source.publicMeans") : t("source.serverMeans")}</span>
    </form>
  );
}

function KeyLine({ writeKey, revoke }: { writeKey: WriteKey; revoke?: (() => void) | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const kind = writeKey.kind === "public" ? t("source.keyPublic") : t("source.keyServer");
  const used = writeKey.used ? t("source.used", { when: format.instant(writeKey.used) }) : t("source.unused");
  return (
    <div className={writeKey.revoked ? "key-line is-revoked" : "key-line"}>
      <span className="two-lines">
        <span>
          <strong>{writeKey.name}</strong> <span className="tag">{kind}</span>
        </span>
        <span className="muted">
          <code>{writeKey.hint}…</code> · {writeKey.revoked ? t("source.revoked", { when: format.instant(writeKey.revoked) }) : used}
        </span>
      </span>
      {revoke ? (
        <Button size="small" type="text" danger onClick={revoke}>
          {t("source.revoke")}
        </Button>
      ) : null}
    </div>
  );
}

function Code({ source, writeKey, choices }: { source: string; writeKey: WriteKey; choices: WriteKey[] }) {
  const { t } = useTranslation();
  const { tab } = useSearch({ from: "/desk/data/sources/$source" });
  const navigate = useNavigate({ from: "/data/sources/$source" });
  const format = useFormat();
  const query = useQuery(snippetsOptions(source, writeKey.id));
  return (
    <section className="snippets">
      <div className="section-head">
        <h3>{t("source.code")}</h3>
        {choices.length > 1 ? (
          <Select
            size="small"
            aria-label={t("source.withKey")}
            value={writeKey.id}
            popupMatchSelectWidth={false}
            options={choices.map((key) => ({ value: key.id, label: t("source.withKeyOf", { name: key.name }) }))}
            onChange={(value) => void navigate({ search: (now) => ({ ...now, key: value }), replace: true })}
          />
        ) : null}
      </div>
      <Shown query={query} what={t("source.code")} permission="sources.read" skeleton={<Bone height={160} />}>
        {(data: Snippets) => {
          const shown = data.items.find((item) => item.id === tab) ?? data.items[0];
          return (
            <>
              <div className="field">
                {t("source.endpoint")}
                <CopyCode text={data.endpoint} small />
              </div>
              {writeKey.secret ? (
                <div className="field">
                  {t("source.keyPublicText")}
                  <CopyCode text={writeKey.secret} small />
                </div>
              ) : null}
              <div className="field">
                {t("source.where")}
                <Select
                  aria-label={t("source.where")}
                  value={shown?.id ?? ""}
                  options={data.items.map((item) => ({ value: item.id, label: format.language === "zh" ? item.title_zh : item.title_en }))}
                  onChange={(value) => void navigate({ search: (now) => ({ ...now, tab: value }), replace: true })}
                />
              </div>
              {shown ? <CopyCode text={shown.code} /> : null}
            </>
          );
        }}
      </Shown>
    </section>
  );
}
