// Send the known set with @rudderstack/rudder-sdk-node: URL, key, tag of its ids.
import RudderAnalytics from "@rudderstack/rudder-sdk-node";

const [url, key, tag] = process.argv.slice(2);
const userId = `u-${tag}`;
const anonymousId = `a-${tag}`;
const client = new RudderAnalytics(key, { dataPlaneUrl: url, flushAt: 4, logLevel: "error" });
client.identify({ userId, anonymousId, traits: { name: "李雷", email: `Li.Lei.${tag}@example.com`, vip: true, points: 1200 } });
client.track({
  userId,
  event: "search",
  properties: { route: "SHA-PEK", price: 1280.5, currency: "CNY", pax: 2, 城市: "北京 🛫", legs: [{ from: "SHA", n: 1 }] },
});
client.track({ anonymousId, event: "Product Viewed", properties: { product_id: "MU5101", price: 899 } });
client.page({ userId, category: "Home", name: "首页", properties: { path: "/zh/home", title: "首页" } });
client.screen({ userId, category: "App", name: "Detail", properties: { room: "大床房" } });
client.group({ userId, groupId: "corp-7", traits: { name: "海鸥航空" } });
client.alias({ previousId: `old-${tag}`, userId });
client.track({
  userId,
  event: "Order Completed",
  properties: { order_id: "O-1", total: "1280.50", currency: "CNY" },
  timestamp: new Date("2025-12-31T16:00:00Z"),
});
await client.flush();
setTimeout(() => process.exit(0), 300);
