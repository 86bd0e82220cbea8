/**
 * The page of the studio.
 *
 * @module
 */
import { render } from "preact";
import { sessionAt } from "../state/session.ts";
import { watchRoute } from "../state/watch-route.ts";
import { App } from "../view/app.tsx";

const place = document.querySelector("#studio");
// The page lies one folder below the coordinator.
const isAlone = document.documentElement.dataset["alone"] !== undefined;
const session = sessionAt(new URL("../", location.href), sessionStorage, isAlone);
if (place !== null) render(<App session={session} route={watchRoute(window)} isAlone={isAlone} />, place);
