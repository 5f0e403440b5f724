// All of headstock: XMPP for the program you already have.  Two things are for those to
// include who use them: payload.hpp, typed payloads, and what is in extensions/.
#pragma once

#include "bridge/element.hpp"
#include "headstock/answer.hpp"
#include "headstock/async_client.hpp"
#include "headstock/async_component.hpp"
#include "headstock/base_client.hpp"
#include "headstock/base_component.hpp"
#include "headstock/delivery.hpp"
#include "headstock/error.hpp"
#include "headstock/events.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/jid_escape.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/one_off.hpp"
#include "headstock/options.hpp"
#include "headstock/printable.hpp"
#include "headstock/registration.hpp"
#include "headstock/reply.hpp"
#include "headstock/stanza.hpp"
