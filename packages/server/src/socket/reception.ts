/**
 * The reception of a coordinator: whoever connects and shows who it is is led to the room of the run that it asks for.
 *
 * @module
 */
import type { ClientId } from "@potluck/core";
import { rateLimit, type RateLimit } from "../access/rate-limit.ts";
import type { HostClock } from "../run/run-clock.ts";
import { atTheDoor, type Guest, type Refusal, TOO_MANY_BAD_ANSWERS } from "./doorway.ts";
import type { Limits } from "./limits.ts";
import type { Line, LineListener } from "./line.ts";
import type { Room } from "./room.ts";

/** A reception. */
export interface Reception {
  /** Somebody has connected. */
  readonly accept: (line: Line) => LineListener;
  /** Who shows this session over HTTP, and where it is; null for nobody. */
  readonly visitorOf: (session: string) => Visitor | null;
}

/** A client that is connected. */
export interface Visitor {
  readonly room: Room;
  readonly client: ClientId;
}

/** Why a device may not come in; null where it may. */
export type Admit = (guest: Guest, room: Room) => Promise<Refusal | null>;

/** What a reception rests on. */
export interface ReceptionOptions {
  readonly rooms: () => Iterable<Room>;
  readonly admit: Admit;
  /** The run that a token is for; "" for any, and for one that is none. */
  readonly scopeOf: (token: string) => Promise<string>;
  readonly clock: Pick<HostClock, "steady" | "after">;
  readonly limits: Pick<Limits, "handshakeSeconds" | "messages" | "deviceConnections">;
  /** How many answers of a device may break a rule. */
  readonly badAnswers: RateLimit;
  /** Hears by which code somebody was sent home. */
  readonly onRefused: (code: string) => void;
  /** Hears why somebody could not be let in who may come back. */
  readonly onFailed: (error: unknown) => void;
}

/** Opens a reception before the rooms of a coordinator, which may become more. */
export function openReception(options: ReceptionOptions): Reception {
  const { rooms, admit, scopeOf, clock, limits, badAnswers, onRefused, onFailed } = options;
  const { handshakeSeconds: patienceSeconds, messages, deviceConnections } = limits;
  const devices = rateLimit(deviceConnections, clock.steady);
  const lead = async (guest: Guest): Promise<Room | Refusal> => {
    if (devices.take(guest.device) !== null) return TOO_OFTEN;
    if (badAnswers.wait(guest.device) !== null) return TOO_MANY_BAD_ANSWERS;
    const { run, token } = guest.hello;
    const found = roomFor(run === "" ? await scopeOf(token) : run, [...rooms()]);
    return "code" in found ? found : ((await admit(guest, found)) ?? found);
  };
  return {
    accept: (line) => atTheDoor(line, { lead, clock, patienceSeconds, messages, onRefused, onFailed }),
    visitorOf: (session) => {
      for (const room of rooms()) {
        const client = room.clientOf(session);
        if (client !== null) return { room, client };
      }
      return null;
    },
  };
}

const TOO_OFTEN: Refusal = {
  code: "too-many-connections",
  detail: "this device connects too often; it may come back in a minute",
  comeBack: true,
};

/** A coordinator is up a moment before its first run is. */
const NO_RUN_YET: Refusal = { code: "run-unknown", detail: "there is no run here yet", comeBack: true };

/** Where a guest is led to, or why it is sent home. */
function roomFor(asked: string, rooms: readonly Room[]): Room | Refusal {
  if (rooms.length === 0) return NO_RUN_YET;
  const found =
    asked === "" ? rooms : rooms.filter(({ run: { record } }) => record.id === asked || record.name === asked);
  const going = found.filter(({ run }) => run.view.ended === null);
  const [room, another] = going;
  if (another !== undefined) {
    const names = going.map(({ run: { record } }) => `${record.id} (${record.name})`).join(", ");
    return { code: "run-ambiguous", detail: `say which run it is to be: ${names}` };
  }
  if (room !== undefined) return room;
  if (found.length > 0) return { code: "run-ended", detail: "the run has ended" };
  return { code: "run-unknown", detail: `there is no run ${JSON.stringify(asked)} here` };
}
