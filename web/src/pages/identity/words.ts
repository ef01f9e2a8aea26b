/** Namespaces and evidence in words; what this page does not know keeps its own name. */

import { useTranslation } from "react-i18next";

/** Give the name of a namespace. */
export function useNamespaceName(): (namespace: string) => string {
  const { t, i18n } = useTranslation();
  return (namespace) => (i18n.exists(`identity.value.${namespace}`) ? t(`identity.value.${namespace}` as "identity.value.login") : namespace);
}

/** Give the name of a kind of evidence. */
export function useEvidenceName(): (kind: string) => string {
  const { t, i18n } = useTranslation();
  return (kind) => (i18n.exists(`identity.class.${kind}`) ? t(`identity.class.${kind}` as "identity.class.login") : kind);
}
