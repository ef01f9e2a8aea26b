/** Where the page starts. */

import "antd/dist/reset.css";
import "./shell/nonce";
import "./words";
import "./shell/base.css";
import "./shell/shell.css";
import "./kit/kit.css";
import "./charts/charts.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./shell/App";

const place = document.getElementById("root");
if (!place) throw new Error("The page has no #root");
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
