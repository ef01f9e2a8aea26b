/**
 * Give the page's nonce to every style element that a library makes.
 *
 * Ant Design passes the nonce to its own styles, but measures of scroll bars and the like make style elements of their own, which the
 * content security policy would refuse. Scripts are not touched.
 */

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

if (nonce) {
  const make = document.createElement.bind(document);
  document.createElement = ((tag: string, options?: ElementCreationOptions) => {
    const element = make(tag, options);
    if (tag.toLowerCase() === "style") element.setAttribute("nonce", nonce);
    return element;
  }) as typeof document.createElement;
}

export {};
