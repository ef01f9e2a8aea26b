/** Who did it, by name where the signed-in user may know it. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { membersOptions } from "@/api/access";
import { useMay, useSession } from "@/shell/session";

/** Give the name of an actor; one whose name may not be known keeps what the server says. */
export function useActorName(): (actor: string) => string {
  const { user } = useSession();
  const may = useMay("members.manage");
  const { data } = useInfiniteQuery({ ...membersOptions(), enabled: may, retry: false });
  const names = new Map(data?.pages.flatMap((page) => page.members.map((member) => [member.id, member.name] as const)));
  names.set(user.id, user.name);
  return (actor) => names.get(actor) ?? actor;
}
