/** What is known of a person: ids, parts in orders, traits with who said them and when. */

import { Popover } from "antd";
import { useTranslation } from "react-i18next";
import type { Person, Trait } from "@/api/people";
import { Panel } from "@/kit/Panel";
import { type Format, useFormat } from "@/kit/use";
import { sign } from "./marks";

/** A trait's name in words; one without words is shown as the source wrote it. */
export function useTraitName(): (name: string) => string {
  const { t, i18n } = useTranslation();
  return (name: string) => (i18n.exists(`person.field.${name}`) ? t(`person.field.${name}` as "person.field.city") : name.replaceAll("_", " "));
}

function Said({ trait, format }: { trait: Trait; format: Format }) {
  const { t } = useTranslation();
  return (
    <ul className="said">
      {trait.others.map((other) => (
        <li key={`${other.source}${other.at}`}>
          <span>{other.value ?? t("person.removed")}</span>
          <small>{t("person.said", { source: other.source, at: format.instant(other.at) })}</small>
        </li>
      ))}
    </ul>
  );
}

/** Show the panel. */
export function WhoPanel({ person }: { person: Person }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useTraitName();
  return (
    <Panel title={t("person.who")} hint={t("person.whoHint")} className="person-who">
      <h3>
        {t("person.ids")} · {person.ids.length}
      </h3>
      <ul className="ids">
        {person.ids.map((id) => (
          <li key={id.did}>
            <i aria-hidden="true">{sign(id.namespace)}</i>
            <span title={format.language === "zh" ? id.namespace_zh : id.namespace_en}>
              {format.language === "zh" ? id.namespace_zh : id.namespace_en}
            </span>
            <strong>{id.shown}</strong>
          </li>
        ))}
      </ul>
      <h3>{t("person.roles")}</h3>
      {person.roles.length ? (
        <p className="roles" title={t("person.rolesNote")}>
          {person.roles.map(({ role, orders }) => (
            <span className="tag" key={role}>
              {t(`person.role.${role}`)} · {orders}
            </span>
          ))}
        </p>
      ) : (
        <p className="muted">{t("person.rolesNone")}</p>
      )}
      <h3>{t("person.traits")}</h3>
      {person.traits.length ? (
        <dl className="traits">
          {person.traits.map((trait) => (
            <div key={trait.name}>
              <dt>{name(trait.name)}</dt>
              <dd>
                <span>{trait.value ?? t("person.removed")}</span>
                <small>
                  {t("person.said", { source: trait.source, at: format.instant(trait.at) })}
                  {trait.others.length ? (
                    <Popover trigger={["click"]} content={<Said trait={trait} format={format} />} placement="right">
                      <button type="button" className="textlink conflict">
                        {t("person.others", { count: trait.others.length })}
                      </button>
                    </Popover>
                  ) : null}
                </small>
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="muted">{t("person.traitsNone")}</p>
      )}
    </Panel>
  );
}
