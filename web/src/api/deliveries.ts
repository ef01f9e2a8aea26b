/** What was sent and what came of it: the questions to the server. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

export type Delivery = components["schemas"]["DeliveryItem"];
export type DeliveryList = components["schemas"]["DeliveryList"];
export type DeliveryState = Delivery["state"];
export const DELIVERY_STATES: DeliveryState[] = ["dead", "failed", "waiting", "sent", "dismissed"];

export const deliveryKeys = { all: ["deliveries"] as const };

export const deliveriesOptions = (state: DeliveryState | undefined, destination: string | undefined) =>
  queryOptions({
    queryKey: [...deliveryKeys.all, state ?? "", destination ?? ""],
    queryFn: ({ signal }) =>
      need<DeliveryList>(
        api.GET("/api/destinations/deliveries", {
          params: { query: { limit: 100, ...(state ? { state } : {}), ...(destination ? { destination } : {}) } },
          signal,
        }),
      ),
  });

export const resendDelivery = (delivery: string) =>
  need<Delivery>(api.POST("/api/destinations/deliveries/{delivery}/resend", { params: { path: { delivery } } }));

export const dismissDelivery = (delivery: string) =>
  need<Delivery>(api.POST("/api/destinations/deliveries/{delivery}/dismiss", { params: { path: { delivery } } }));
