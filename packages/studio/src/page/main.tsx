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
const session = sessionAt(new URL("../", location.href), sessionStorage);
if (place !== null) render(<App session={session} route={watchRoute(window)} />, place);
