/** Who is signed in, what they may do, and in which workspace. */

import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { sessionOptions } from "@/api/keys";
import type { SessionBody } from "@/api/types";

const Context = createContext<SessionBody | null>(null);

/** Give the session to the pages below; only mounted once there is one. */
export function SessionProvider({ value, children }: { value: SessionBody; children: ReactNode }) {
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** The session of the signed-in user. */
export function useSession(): SessionBody {
  const value = useContext(Context);
  if (!value) throw new Error("useSession is used outside SessionProvider");
  return value;
}

/** Whether the signed-in user has a permission. */
export function useMay(permission: string): boolean {
  return useSession().user.permissions.includes(permission);
}

/** Ask the server who is signed in. */
export function useSessionQuery() {
  return useQuery({ ...sessionOptions(), retry: false });
}
