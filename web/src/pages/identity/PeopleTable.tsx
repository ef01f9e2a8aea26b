/** People in rows: by which ids, how many orders, worth what, seen when. */

import { useTranslation } from "react-i18next";
import type { FoundPerson } from "@/api/people";
import { MISSING } from "@/kit/format";
import { Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { calling, IdChip, sign } from "./marks";

const IDS_SHOWN = 4;
type Props = { people: FoundPerson[]; open: (person: FoundPerson) => void; brief?: boolean };

function Who({ person }: { person: FoundPerson }) {
  const { t } = useTranslation();
  const { text, named, namespace } = calling(person);
  return (
    <span className="who">
      <span className={text ? "face" : "face is-off"} aria-hidden="true">
        {named ? [...(text ?? "")][0] : sign(namespace)}
      </span>
      {text ? <strong>{text}</strong> : <span className="muted">{t("people.unnamed")}</span>}
    </span>
  );
}

/** Show people; `brief` leaves out what a narrow place has no room for. */
export function PeopleTable({ people, open, brief = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const missing = <span className="muted">{MISSING}</span>;
  return (
    <Sheet<FoundPerson>
      label={t("people.what")}
      rows={people}
      rowKey={(person) => String(person.pid)}
      open={open}
      columns={[
        {
          key: "name",
          title: `${t("people.name")} · ${people.length}`,
          width: brief ? 150 : 220,
          cell: (person) => <Who person={person} />,
        },
        {
          key: "ids",
          title: t("people.ids"),
          cell: (person) => (
            <span className="id-chips">
              {person.ids.slice(0, brief ? 2 : IDS_SHOWN).map((id) => (
                <IdChip key={id.did} id={id} language={format.language} />
              ))}
              {person.ids.length > (brief ? 2 : IDS_SHOWN) ? <span className="muted num">+{person.ids.length - (brief ? 2 : IDS_SHOWN)}</span> : null}
            </span>
          ),
        },
        { key: "orders", title: t("people.orders"), width: 90, number: true, cell: (person) => format.count(person.orders) },
        ...(brief
          ? []
          : [
              {
                key: "value",
                title: t("people.value"),
                width: 140,
                number: true,
                cell: (person: FoundPerson) => (person.orders ? format.figure(person.value, "money", { currency: person.currency }) : missing),
              },
              {
                key: "seen",
                title: t("people.seen"),
                width: 140,
                number: true,
                cell: (person: FoundPerson) => (person.last_seen ? format.instant(person.last_seen) : missing),
              },
            ]),
      ]}
    />
  );
}
