/** Begin a known event: from blank, as a copy of another, or from what an incident showed. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { lessonOptions } from "@/api/incidents";
import { type EventBody, type EventFinding, knownEventOptions } from "@/api/knownEvents";
import { SidePane } from "@/kit/SidePane";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { KnownEventsSearch } from "@/shell/watchPages";
import { KnownEventForm } from "./KnownEventForm";
import { blankEvent, copyOf, shownBy } from "./knownEventFields";

type Props = { open: boolean; copy: string | null; record: string | null; go: (patch: KnownEventsSearch) => void };

/** Show the pane while `open`. */
export function NewKnownEventPane({ open, copy, record, go }: Props) {
  const { t } = useTranslation();
  const close = () => go({ make: undefined, copy: undefined, record: undefined });
  const done = (name: string | undefined) => go({ make: undefined, copy: undefined, record: undefined, name });
  return (
    <SidePane open={open} title={t("library.make")} close={close} width={820} testid="new-event">
      {copy ? (
        <Copied name={copy} done={done} />
      ) : record ? (
        <OfIncident record={record} done={done} />
      ) : (
        <KnownEventForm body={blankEvent()} base={0} done={(kept) => done(kept?.name)} />
      )}
    </SidePane>
  );
}

type Begun = { done: (name: string | undefined) => void };

function Copied({ name, done }: Begun & { name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(knownEventOptions(name));
  return (
    <Shown query={query} what={t("library.one")} permission="metrics.read" skeleton={<Bone height={420} />}>
      {(event) => (
        <>
          <p className="muted">{t("library.copied", { event: format.say(event.title) })}</p>
          <KnownEventForm body={copyOf(event.body as unknown as EventBody)} base={0} done={(kept) => done(kept?.name)} />
        </>
      )}
    </Shown>
  );
}

function OfIncident({ record, done }: Begun & { record: string }) {
  const { t } = useTranslation();
  const query = useQuery(lessonOptions(record));
  return (
    <Shown query={query} what={t("library.one")} permission="incidents.read" skeleton={<Bone height={420} />}>
      {(lesson) => (
        <>
          <p className="muted">{t("library.ofIncident", { record })}</p>
          <KnownEventForm body={shownBy(lesson.name, lesson.finding as EventFinding, lesson.expect)} base={0} done={(kept) => done(kept?.name)} />
        </>
      )}
    </Shown>
  );
}
