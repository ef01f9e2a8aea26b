/** The drawer that joins a person with another: find them, say why. */

import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { type FoundPerson, merge, type Person, peopleKeys, peopleOptions } from "@/api/people";
import { Reason } from "@/kit/Reason";
import { SidePane } from "@/kit/SidePane";
import { Bone, Shown } from "@/kit/states";
import { calling, speaking } from "./marks";
import { FindBox } from "./People";
import { PeopleTable } from "./PeopleTable";

type Props = { person: Person; name: string; open: boolean; close: () => void };

/** Show the drawer. */
export function MergePane({ person, name, open, close }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [q, setQ] = useState("");
  const [other, choose] = useState<FoundPerson | null>(null);
  const settle = useCallback((text: string) => setQ(text), []);
  const query = useInfiniteQuery({ ...peopleOptions(q), enabled: open, placeholderData: keepPreviousData });
  const join = useMutation({
    mutationFn: ({ did, reason }: { did: number; reason: string }) => merge(speaking(person), did, reason),
    onSuccess: async ({ changed }) => {
      choose(null);
      close();
      message.success(t("person.mergeDone", { count: changed }));
      await client.invalidateQueries({ queryKey: peopleKeys.all });
    },
  });
  const pick = (found: FoundPerson) => {
    if (found.pid === person.pid) message.info(t("person.mergeSame"));
    else choose(found);
  };
  return (
    <SidePane open={open} title={t("person.mergeTitle", { name })} close={close} width={620} testid="merge">
      <p className="pane-about">{t("person.mergeText")}</p>
      <FindBox asked={q} settle={settle} />
      <Shown
        query={query}
        what={t("people.what")}
        permission="people.see"
        skeleton={<Bone height={300} />}
        empty={(data) => (data.pages[0]?.items.length ? null : <p className="muted">{t("people.none")}</p>)}
      >
        {(data) => <PeopleTable brief people={data.pages.flatMap((page) => page.items).filter((found) => found.pid !== person.pid)} open={pick} />}
      </Shown>
      <Reason
        open={other !== null}
        title={t("person.mergeAction")}
        text={t("review.and", { a: name, b: other ? (calling(other).text ?? t("people.unnamed")) : "" })}
        action={t("person.mergeAction")}
        busy={join.isPending}
        error={join.error}
        done={(reason) => other && join.mutate({ did: speaking(other), reason })}
        close={() => choose(null)}
      />
    </SidePane>
  );
}
